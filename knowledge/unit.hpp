#pragma once

#include "knowledge/reception.hpp"

#include <string>
#include <vector>

namespace thanthien::knowledge {

/// A unit of before 1 July 2025 that went, whole or in part, into one of today's units.
struct former_unit {
  std::string name;      ///< "Xã Tiến Hưng"
  std::string district;  ///< "Thành phố Đồng Xoài"
  std::string province;
  bool partial = false;
};

/// One of today's communes and wards.
struct unit {
  std::string id;                                     ///< stable, from the name: "tran-bien"
  std::string code;                                   ///< number of the administrative list: "26041"
  std::string name;                                   ///< "Trấn Biên"
  std::string full_name;                              ///< "Phường Trấn Biên"
  std::string website, address, phone, email, hours;  ///< empty when not known: never guessed
  reception receives;  ///< citizens, by the head of the unit
  std::vector<former_unit> merged_from;
};

/// What an old or new place name can mean today; more than one entry means: ask back.
struct place {
  const unit* now = nullptr;
  std::string meant;  ///< the name it was found under: "Phường Hố Nai (Thành phố Biên Hòa)"
  bool former = false;
  std::string district = {};    ///< of a former unit, as it is written: "Thành phố Biên Hòa"
  bool whole_district = false;  ///< the name is the one of a former district
  bool partial = false;         ///< only a part of the former unit lies in `now`
};

}  // namespace thanthien::knowledge
